"""The youth start page and its topics in Arabic."""

from __future__ import annotations

from typing import Any

from kampanj.management.demo.writing import button, heading, help_lines, text

START: dict[str, Any] = {
    "title": "ما الذي يشغل بالك؟",
    "slug": "ung",
    "show_in_menus": True,
    "search_description": "نصائح للشباب في بلدية سترينغنيس، وأرقام أشخاص يستمعون إليك.",
    "introduction": "نصائح لمن هم بين 12 و20 عامًا. لا تحتاج إلى تسجيل الدخول. بعض الصفحات بالسويدية فقط. ابدأ من حيث تريد.",
    "body": [
        heading("يمكنك أيضًا أن تلتقي بأحد"),
        text(
            "<ul><li><b>مركز الشباب</b> (fritidsgård) مفتوح لك من الصف السادس حتى يوم بلوغك 18 عامًا.</li>"
            "<li><b>Team Ungdom</b> أشخاص بالغون موجودون حيث تكون أنت. تحدّث معهم عمّا تريد.</li>"
            "<li><b>فريق صحة التلاميذ</b> في مدرستك فيه مرشد اجتماعي وممرضة.</li></ul>"
        ),
        help_lines("آخرون يستمعون إليك", "emergency", "bris", "mind", "drugs_line", "youmo"),
    ],
}

DRUGS: dict[str, Any] = {
    "title": "أحدهم يشرب الكحول أو يتعاطى المخدرات",
    "slug": "droger-och-alkohol",
    "is_sensitive": False,
    "search_description": "نصائح عن الكحول والمخدرات، لك أو لصديق.",
    "introduction": "قد يتعلّق الأمر بك أو بصديق أو بشخص في البيت. هنا نصائح مفيدة وأجوبة عن أسئلة يطرحها كثيرون.",
    "body": [
        heading("إذا كان صديقك"),
        text("<p>يمكنك أن تهتم به من غير أن تحلّ كل شيء. ابدأ بسؤال.</p>"),
        button("صديقي يدخّن الحشيش، ماذا أفعل؟", page="friend"),
        heading("اتصل بالرقم 112 إذا كان أحد في خطر"),
        text(
            "<p>هل يصعب إيقاظ الشخص أو يتنفّس بشكل غريب؟ اتصل فورًا بالرقم 112. ضعه على جنبه وابقَ معه. "
            "أنت تفعل الصواب حتى لو كنتم قد فعلتم شيئًا غير مسموح.</p>"
        ),
        help_lines("اسأل عن المخدرات", "drugs_line", "drugsmart", "emergency"),
    ],
}

FEELING: dict[str, Any] = {
    "title": "لست بخير",
    "slug": "ma-daligt",
    "is_sensitive": True,
    "search_description": "عندما تكون حزينًا أو قلقًا أو تحت ضغط: مع من تتحدث وكيف تبدأ.",
    "introduction": "قد تكون حزينًا أو قلقًا أو مرهقًا أو تشعر بالفراغ. لا يلزم أن تعرف السبب. يمكنك الحصول على المساعدة.",
    "body": [
        heading("هل تريد أن تتحدث مع أحد الآن؟"),
        text("<p>لا يلزم أن تقول اسمك. يمكنك الاتصال حتى لو لم تعرف ماذا تقول.</p>"),
        button("لست بخير وأريد أن أتحدث مع أحد", page="feel-bad"),
        help_lines("هؤلاء يجيبون", "emergency", "bris", "mind", "health"),
    ],
}

NET: dict[str, Any] = {
    "title": "حدث شيء على الإنترنت",
    "slug": "natet",
    "is_sensitive": True,
    "search_description": "صور وتهديدات وغرباء على الإنترنت: ماذا تفعل ومن يساعدك.",
    "introduction": "أحدهم ينشر أو يهدّد أو يخدع. الذنب ليس ذنبك، ولست أول من يحدث له ذلك. هنا ما يمكنك أن تفعله.",
    "body": [
        heading("إذا هدّدك أحد"),
        text("<p>لا تدفع مالًا ولا ترسل صورًا أخرى. توقّف عن الرد، واحتفظ بما كُتب، وأخبر شخصًا بالغًا تثق به.</p>"),
        heading("احفظ أولًا ثم احذف"),
        text("<p>التقط صورة للشاشة فيها التهديد. اكتب اسم الحساب والوقت. لا تحظر أحدًا قبل أن تحفظ كل شيء.</p>"),
        help_lines("هنا تجد المساعدة", "bris", "police", "emergency"),
    ],
}

SAFETY: dict[str, Any] = {
    "title": "لا أشعر بالأمان في البيت أو خارجه",
    "slug": "trygghet",
    "is_sensitive": True,
    "search_description": "إذا ضربك أحد أو هدّدك أو أخافك، في البيت أو في مكان آخر.",
    "introduction": "من حقّك أن تكون في أمان. لا يجوز لأحد أن يضربك أو يهدّدك أو يخيفك، لا في البيت ولا خارجه.",
    "body": [
        heading("هل أنت في خطر الآن؟"),
        text("<p>اذهب إلى مكان فيه ناس. اتصل بالرقم 112. ألا تستطيع الكلام؟ اتصل مع ذلك وأجب عن أسئلتهم.</p>"),
        heading("هل تفكّر في شخص آخر؟"),
        text("<p>قد يمرّ صديق أو أخ أو أخت بوقت صعب. قل ما رأيت واذهب معه إلى شخص بالغ.</p>"),
        help_lines("هؤلاء يستمعون", "emergency", "bris", "womens_line", "contact_centre"),
    ],
}

LOVE: dict[str, Any] = {
    "title": "الصداقة أو الحب صعبان عليّ",
    "slug": "kompisar-och-karlek",
    "is_sensitive": False,
    "search_description": "عن الأصدقاء والوحدة والحب، وعن تجاوز الحدود.",
    "introduction": "قد يخذلك الأصدقاء وقد يؤلمك الحب. من حقّك أن تريد الأمور على طريقتك، ومن حقّك أن تقول لا.",
    "body": [
        heading("اسأل من يعرف"),
        text(
            "<p>على Youmo.se تقرأ بعدة لغات عن الجسم والمشاعر والجنس. وعلى UMO.se يمكنك أن تطرح سؤالًا من غير أن تقول من أنت.</p>"
        ),
        help_lines("اقرأ واسأل", "youmo", "umo", "bris"),
    ],
}

TOPICS = {"drugs": DRUGS, "feeling": FEELING, "net": NET, "safety": SAFETY, "love": LOVE}
